namespace AutoDeploy.Api.Http;

/// <summary>Statuses that are answered with the error form.</summary>
public sealed record ErrorStatusMetadata(params int[] Statuses);
