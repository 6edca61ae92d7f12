namespace AutoDeploy.Ports;

[GenerateSerializer, Alias("AutoDeploy.EngineFault")]
public enum EngineFault
{
    /// <summary>No answer: the engine is down or unreachable. Trying again later makes sense.</summary>
    Unreachable,

    /// <summary>The thing named is not there.</summary>
    NotFound,

    /// <summary>A name or port is taken.</summary>
    Conflict,

    /// <summary>The registry wants other credentials.</summary>
    Unauthorized,

    /// <summary>The registry did not answer the engine, was out of order, or broke off. Trying again soon makes sense.</summary>
    Interrupted,

    /// <summary>The engine said no for another reason.</summary>
    Refused,
}
