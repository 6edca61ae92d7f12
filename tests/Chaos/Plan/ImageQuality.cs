namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>What a pushed image is like.</summary>
public enum ImageQuality
{
    Good,

    /// <summary>Good, and healthy only after a while.</summary>
    Slow,

    /// <summary>Its program ends with an error.</summary>
    Exits,

    /// <summary>Its HEALTHCHECK fails.</summary>
    Unhealthy,

    /// <summary>The program that it is to start is not in it.</summary>
    MissingProgram,
}
