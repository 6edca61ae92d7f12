using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.Hooks;

/// <summary>How many deliveries are taken from each hook.</summary>
/// <param name="perSecond">0: there is no limit.</param>
public sealed class HookRateLimit(int perSecond, TimeProvider time) : RateLimit(perSecond, burstSeconds: 10, time)
{
    public const int Default = 200;
}
