namespace AutoDeploy.Api.Hooks;

/// <summary>What became of a delivery.</summary>
/// <param name="Pushes">So many pushes are in it.</param>
/// <param name="Note">Why nothing was to do.</param>
public sealed record HookAnswer(
    int Pushes,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
        string? Note = null
);
