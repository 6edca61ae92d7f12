namespace AutoDeploy.Api.Qovery;

/// <param name="Action">DEPLOY, DELETE, RESTART, STOP or UNKNOWN.</param>
/// <param name="Status">QUEUED, ONGOING, SUCCESS, ERROR, EXECUTING, CANCELED, CANCELING or NEVER.</param>
/// <param name="SubAction">Always NONE.</param>
public sealed record StatusDetails(string Action, string Status, string SubAction);
