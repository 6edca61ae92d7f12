namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>What a person asks of a service.</summary>
/// <param name="Containers">For <see cref="ServiceVerb.Scale"/>: how many there are to be.</param>
public sealed record PersonAction(ServiceVerb Verb, string Service, int Containers = 0) : ChaosAction
{
    public override string Words =>
        $"{Verb.ToString().ToLowerInvariant()} {Service}" + (Verb == ServiceVerb.Scale ? $" to {Containers}" : "");
}
