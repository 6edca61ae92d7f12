namespace AutoDeploy.Api.Hooks;

/// <summary>What is told, as a system hook says it.</summary>
internal sealed record GitLabEvent(string? EventName, string? ObjectKind);
