namespace AutoDeploy.Api.DockerCloud;

/// <summary>What is set for all services of an organization.</summary>
/// <param name="DeployWindows">When pushes are deployed; none: at any time.</param>
/// <param name="Frozen">Why nothing new is deployed; null: it is.</param>
/// <param name="Verify">Who has to have signed the images that services pull; null: nobody.</param>
public sealed record OrganizationSettingsResponse(
    Guid Uuid,
    string ResourceUri,
    string Name,
    IReadOnlyList<WindowResponse> DeployWindows,
    string? Frozen,
    VerifyResponse? Verify
);
