using AutoDeploy.Ledger;
using AutoDeploy.Ledger.Tests;

// The process that CrashTests kills: records pushes from many callers and prints the uuid of each that was acknowledged.
// files DIRECTORY, or postgres CONNECTION; open CONNECTION does nothing but open the ledger.
await using var ledger = args[0] == "files" ? Given.Closed(args[1]) : Postgres.Closed(args[1]);
await ledger.Open(Given.Never);
if (args[0] == "open")
    return;
await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
{
    for (var i = 0; ; i++)
    {
        var push = Given.Push($"{caller}-{i}");
        await ledger.Record([push], Given.Never);
        Console.WriteLine(push.Uuid);
    }
})));
