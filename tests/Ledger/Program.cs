using AutoDeploy.Ledger.Tests;

// The process that CrashTests kills: records pushes from many callers and prints the uuid of each that was acknowledged.
await using var ledger = await Given.OpenLedger(args[0]);
await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
{
    for (var i = 0; ; i++)
    {
        var push = Given.Push($"{caller}-{i}");
        await ledger.Record([push], Given.Never);
        Console.WriteLine(push.Uuid);
    }
})));
