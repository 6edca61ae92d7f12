namespace AutoDeploy.EndToEnd.Tests;

[CollectionDefinition(TestEnvironment.SteeringCollectionName)]
public sealed class SteeringTestCollection : ICollectionFixture<TestEnvironment>;
