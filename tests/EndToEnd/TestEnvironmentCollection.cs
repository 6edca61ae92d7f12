namespace AutoDeploy.EndToEnd.Tests;

[CollectionDefinition(nameof(TestEnvironment))]
public sealed class TestEnvironmentCollection : ICollectionFixture<TestEnvironment>;
