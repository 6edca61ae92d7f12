using AutoDeploy.Deployments.Images;
using AutoDeploy.Ports;

namespace AutoDeploy.Deployments;

/// <summary>All that a deployment works with.</summary>
public sealed record DeploymentTools(
    ILedger Ledger,
    IEngineProvider Engines,
    IRegistry Registry,
    IGit Git,
    BuildCoordinator Builds,
    DeploymentOptions Options,
    TimeProvider Time,
    IGrainFactory Grains
);
