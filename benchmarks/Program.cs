using AutoDeploy.Benchmarks;
using AutoDeploy.Benchmarks.Steady;
using AutoDeploy.Benchmarks.Storage;

// Program paper OPTIONS: AutoDeploy with an engine on paper
if (args[0] == FakeEngineApp.Word)
{
    await FakeEngineApp.Run(args[1..]);
    return;
}

// Program FIGURES-FILE [idle] [hooks] [senders] [fanout] [redeploy] [git] [steady] [storage]: runs what is named, or everything; --postgres: what is
// different there
var figureTable = new FigureTable(args[0]);
var chosen = args[1..];
bool Wanted(string name) => chosen.Length == 0 || chosen.Contains(name);

if (chosen is ["--postgres"])
{
    await PostgresBenchmark.Measure(figureTable);
    figureTable.Print();
    return;
}

if (Wanted("idle"))
    await IdleBenchmark.Measure(figureTable);
if (Wanted("hooks"))
    await HooksBenchmark.Measure(figureTable);
if (Wanted("senders"))
    await SendersBenchmark.Measure(figureTable);
if (Wanted("fanout"))
    await FanOutBenchmark.Measure(figureTable);
if (Wanted("redeploy"))
    await RedeployBenchmark.Measure(figureTable);
if (Wanted("git"))
{
    await GitFilesBenchmark.Measure(figureTable);
    await GitFanOutBenchmark.Measure(figureTable);
    await GitRedeployBenchmark.Measure(figureTable);
}

if (Wanted("storage"))
    await StorageBenchmark.Measure(figureTable);
if (Wanted("steady"))
{
    await EngineBenchmark.Measure(figureTable);
    await GrowthBenchmark.Measure(figureTable);
    await RowsBenchmark.Measure(figureTable);
}

figureTable.Print();
