using AutoDeploy.Deployments.Pipeline;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Deployments.Images;

/// <summary>
/// Lets a version through whose image is signed as the service and its organization require it, each by one of its own keys. What cannot be
/// checked is not let through.
/// </summary>
internal sealed class SignatureGate(DeploymentContext context)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    private readonly DeploymentTools _tools = context.Tools;

    /// <exception cref="DeploymentFailedException">The image is not signed, or it cannot be found out. It may be signed later.</exception>
    public async Task ThrowIfUnsigned(ServiceVersion version, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var organization = await _tools.Grains.GetGrain<IOrganizationGrain>(context.Service.Organization).Get();
        await Check(organization.Verify, "the organization", version, credential, cancellationToken);
        await Check(context.Service.Settings.Verify, "the service", version, credential, cancellationToken);
    }

    private async Task Check(
        SignatureRule? rule,
        string who,
        ServiceVersion version,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        if (rule is null)
            return;
        var pinned = version.Image with { Digest = version.Digest };
        var check = await Ask(pinned, rule, credential, cancellationToken);
        if (check.Objection is { } objection)
            throw new DeploymentFailedException(
                $"Unsigned: {version} {objection}. The `verify` of {who} requires a signature; nothing was pulled. "
                    + "Redeploy the service when it is signed.",
                blameless: true
            );
        await context.Log($"{version} is signed as the `verify` of {who} requires.");
    }

    /// <summary>An image is pushed first and signed then, so one that was just pushed is given a while.</summary>
    private async Task<SignatureCheck> Ask(
        ImageName image,
        SignatureRule rule,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        var begun = _tools.Time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            var check = await AskOnce(image, rule, credential, cancellationToken);
            if (
                !check.IsMissing
                || context.Deployment.Cause.Kind != CauseKind.Push
                || _tools.Time.GetElapsedTime(begun) >= _tools.Options.RegistryTimeout
            )
                return check;
            if (isFirst)
                await context.Log("The image is not signed yet. Asking again.");
            await Task.Delay(RetryDelay, _tools.Time, cancellationToken);
        }
    }

    private async Task<SignatureCheck> AskOnce(
        ImageName image,
        SignatureRule rule,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await RegistryRetry.Run(
                _tools,
                context.Log,
                token => _tools.Registry.CheckSignature(image, rule.Keys, credential, token),
                cancellationToken
            );
        }
        catch (RegistryException failure)
        {
            return new SignatureCheck($"could not be checked: {failure.Message.TrimEnd('.')}");
        }
    }
}
