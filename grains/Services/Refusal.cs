namespace AutoDeploy.Services;

/// <param name="Sentence">For a person.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Refusal")]
public sealed record Refusal([property: Id(0)] RefusalKind Kind, [property: Id(1)] string Sentence);
