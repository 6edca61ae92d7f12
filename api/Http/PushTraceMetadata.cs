namespace AutoDeploy.Api.Http;

/// <summary>The endpoint takes deliveries.</summary>
public sealed record PushTraceMetadata;
