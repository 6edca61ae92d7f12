using System.Globalization;
using AutoDeploy.Ledger;
using AutoDeploy.Ledger.Tests;

// The process that CrashTests kills: records pushes from many callers and prints the uuid of each that was acknowledged.
// files DIRECTORY, or postgres CONNECTION; open CONNECTION does nothing but open the ledger; service (files DIRECTORY, or postgres
// CONNECTION) N
// leads the life of a service and is killed before the Nth change.
var ofService = args[0] == "service";
var where = ofService ? args[1..] : args;
await using var ledger = where[0] == "files" ? LedgerSamples.Closed(where[1]) : PostgresFixture.Closed(where[1]);
await ledger.Open(LedgerSamples.Never);
if (args[0] == "open")
    return;
if (ofService)
{
    var states = where[0] == "files" ? new SqliteGrainStorage(ledger) : await PostgresStates.Open(ledger);
    var (killing, storage) = ServiceLife.KillAt(int.Parse(where[2], CultureInfo.InvariantCulture), ledger, states);
    await ServiceLife.Live(killing, storage);
    return;
}

await Task.WhenAll(
    Enumerable
        .Range(0, 16)
        .Select(caller =>
            Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    var push = LedgerSamples.Push($"{caller}-{i}");
                    await ledger.RecordPushes([push], LedgerSamples.Never);
                    Console.WriteLine(push.Uuid);
                }
            })
        )
);
