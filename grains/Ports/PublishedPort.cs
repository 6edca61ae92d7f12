namespace AutoDeploy.Ports;

public sealed record PublishedPort(string Protocol, int InnerPort, int OuterPort);
