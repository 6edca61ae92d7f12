using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

// ./test --chaos [--seed N] [--rounds N]
int? seed = null;
var rounds = 100;
for (var i = 0; i < args.Length; i += 2)
{
    if (
        i + 1 == args.Length
        || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        || args[i] is not ("--seed" or "--rounds")
    )
    {
        Console.Error.WriteLine("Expected --seed N or --rounds N.");
        return 2;
    }

    if (args[i] == "--seed")
        seed = number;
    else
        rounds = number;
}

var chosen = seed ?? Random.Shared.Next(1_000_000);
return await new RoundRunner(new RoundGenerator(chosen, patient: true), new RoundReport(chosen, Console.WriteLine)).Run(rounds) ? 0 : 1;
