namespace AutoDeploy.Api.Hooks;

/// <param name="Id">Of CloudEvents.</param>
/// <param name="Data">Of CloudEvents.</param>
internal sealed record HarborDelivery(string? Id, string? Operator, HarborData? EventData, HarborData? Data);
