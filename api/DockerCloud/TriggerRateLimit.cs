using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>How often each trigger may be called; a burst becomes one deployment anyway.</summary>
public sealed class TriggerRateLimit() : RateLimit(perSecond: 1, burstSeconds: 60);
