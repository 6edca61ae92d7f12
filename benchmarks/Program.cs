using AutoDeploy.Benchmarks;
using AutoDeploy.Benchmarks.Steady;

// Program paper OPTIONS: AutoDeploy with an engine on paper
if (args[0] == PaperApp.Word)
{
    await PaperApp.Run(args[1..]);
    return;
}

// Program FIGURES-FILE [idle] [hooks] [senders] [fanout] [redeploy] [git] [steady]: runs what is named, or everything; --postgres: what is different there
var figures = new Figures(args[0]);
var chosen = args[1..];
bool Wanted(string name) => chosen.Length == 0 || chosen.Contains(name);

if (chosen is ["--postgres"])
{
    await OnPostgres.Measure(figures);
    figures.Print();
    return;
}

if (Wanted("idle"))
    await Idle.Measure(figures);
if (Wanted("hooks"))
    await Hooks.Measure(figures);
if (Wanted("senders"))
    await Senders.Measure(figures);
if (Wanted("fanout"))
    await FanOut.Measure(figures);
if (Wanted("redeploy"))
    await Redeploy.Measure(figures);
if (Wanted("git"))
{
    await GitFiles.Measure(figures);
    await GitFanOut.Measure(figures);
    await GitRedeploy.Measure(figures);
}

if (Wanted("steady"))
{
    await Engine.Measure(figures);
    await Growth.Measure(figures);
    await Rows.Measure(figures);
}

figures.Print();
