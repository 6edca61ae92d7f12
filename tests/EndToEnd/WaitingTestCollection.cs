namespace AutoDeploy.EndToEnd.Tests;

[CollectionDefinition(TestEnvironment.WaitingCollectionName)]
public sealed class WaitingTestCollection : ICollectionFixture<TestEnvironment>;
