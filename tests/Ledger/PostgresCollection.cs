namespace AutoDeploy.Ledger.Tests;

/// <summary>Those that share the server; they run one after the other, beside all the rest.</summary>
[CollectionDefinition(nameof(PostgresFixture))]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>;
