namespace AutoDeploy.Api.Tests;

/// <summary>Tests that can share one server; what they create is their own.</summary>
[CollectionDefinition("server")]
public sealed class SharedServer : ICollectionFixture<ApiServer>;
