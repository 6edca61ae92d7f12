namespace AutoDeploy.Ports;

/// <param name="Seconds">Between two looks.</param>
public sealed record SourcePoll(string Source, int Seconds);
