using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <param name="Push">Null when the push has been trimmed away.</param>
/// <param name="Outcome">Of the deployment that it led to; null when there is none, or none any more.</param>
public sealed record VerdictWithPush(Verdict Verdict, Push? Push, VerdictOutcome? Outcome = null);
