namespace AutoDeploy.EndToEnd.Tests;

[CollectionDefinition(TestEnvironment.GitCollectionName)]
public sealed class GitTestCollection : ICollectionFixture<TestEnvironment>;
