namespace AutoDeploy.Services;

[GenerateSerializer, Alias("AutoDeploy.Overlap")]
public enum Overlap
{
    /// <summary>They do, unless they would share something that both can write.</summary>
    Auto,

    /// <summary>They do, whatever they share.</summary>
    True,

    /// <summary>They do not: the old ones stop first.</summary>
    False,
}
