using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.Hooks;

/// <summary>How many deliveries are taken from each hook.</summary>
/// <param name="perSecond">0: there is no limit.</param>
public sealed class HookRateLimit(int perSecond) : RateLimit(perSecond, burstSeconds: 10)
{
    public const int Default = 200;
}
