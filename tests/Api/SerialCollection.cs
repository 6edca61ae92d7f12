namespace AutoDeploy.Api.Tests;

/// <summary>Tests that measure what the whole process has: nothing else runs beside them.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class SerialCollection;
