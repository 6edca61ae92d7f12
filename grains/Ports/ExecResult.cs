namespace AutoDeploy.Ports;

/// <param name="ExitCode">-1 when it could not be run or ran over its time.</param>
public sealed record ExecResult(int ExitCode, string Output);
