namespace AutoDeploy.Polyfill.Tests.Contract;

/// <summary>The polyfill's public API is a part of the API of Orleans: what compiles here compiles there.</summary>
public class ContractTests
{
    private const string Abstractions = "Microsoft.Orleans.Core.Abstractions";
    private const string AdoNet = "Microsoft.Orleans.Persistence.AdoNet";
    private const string TestingHost = "Microsoft.Orleans.TestingHost";

    /// <summary>Types in packages that need not be restorable, compared by eye with the source of 10.4.2.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions"] = "Orleans.Runtime",
        ["Orleans.AliasAttribute"] = "Orleans.Serialization.Abstractions",
        ["Orleans.Configuration.GrainCollectionOptions"] = "Orleans.Runtime",
        ["Orleans.Configuration.MessagingOptions"] = "Orleans.Core",
        ["Orleans.Configuration.SiloMessagingOptions"] = "Orleans.Runtime",
        ["Orleans.GenerateSerializerAttribute"] = "Orleans.Serialization.Abstractions",
        ["Orleans.GrainState`1"] = "Orleans.Core",
        ["Orleans.Hosting.CoreHostingExtensions"] = "Orleans.Runtime",
        ["Orleans.Hosting.ISiloBuilder"] = "Orleans.Runtime",
        ["Orleans.Hosting.SiloBuilderExtensions"] = "Orleans.Runtime",
        ["Orleans.IClusterClient"] = "Orleans.Core",
        ["Orleans.IGrainState`1"] = "Orleans.Core",
        ["Orleans.IdAttribute"] = "Orleans.Serialization.Abstractions",
        ["Orleans.ImmutableAttribute"] = "Orleans.Serialization.Abstractions",
        ["Orleans.Runtime.Hosting.StorageProviderExtensions"] = "Orleans.Runtime",
        ["Orleans.Runtime.IPersistentState`1"] = "Orleans.Runtime",
        ["Orleans.Runtime.PersistentStateAttribute"] = "Orleans.Runtime",
        ["Orleans.Storage.BadProviderConfigException"] = "Orleans.Core",
        ["Orleans.Storage.IGrainStorage"] = "Orleans.Core",
        ["Orleans.Storage.InconsistentStateException"] = "Orleans.Core",
    };

    private static readonly Dictionary<string, HashSet<string>> Polyfill = PublicApi.Of(typeof(Orleans.Grain).Assembly.Location);

    [OrleansPackageFact(Abstractions)]
    public void Every_public_type_is_a_type_of_Orleans()
    {
        var real = PublicApi.Of(OrleansPackageFactAttribute.PathOf(Abstractions));
        Assert.Equal(Elsewhere.Keys.Order(StringComparer.Ordinal), Polyfill.Keys.Except(real.Keys).Order(StringComparer.Ordinal));
    }

    [OrleansPackageFact(Abstractions)]
    public void Every_public_member_is_a_member_of_Orleans_with_the_same_signature()
    {
        var real = PublicApi.Of(OrleansPackageFactAttribute.PathOf(Abstractions));
        Assert.Empty(Polyfill
            .Where(type => real.ContainsKey(type.Key))
            .SelectMany(type => type.Value.Except(real[type.Key]), (type, line) => $"{type.Key} {line}"));
    }

    [OrleansPackageFact(Abstractions, AdoNet, TestingHost)]
    public void Types_that_other_packages_refer_to_live_in_the_listed_assembly()
    {
        foreach (var (type, assembly) in References().SelectMany(package => package.Types).Where(type => Elsewhere.ContainsKey(type.Key)))
            Assert.Equal((type, Elsewhere[type]), (type, assembly));
    }

    /// <summary>Where a package calls a member that the polyfill has as well, one of the polyfill's overloads is that one.</summary>
    [OrleansPackageFact(Abstractions, AdoNet, TestingHost)]
    public void Members_that_other_packages_call_are_here_with_the_same_signature()
    {
        var called = References().SelectMany(package => package.Calls)
            .Where(call => Elsewhere.ContainsKey(call.Type))
            .Where(call => Polyfill[call.Type].Any(line => line.StartsWith($"call: {call.Name} ", StringComparison.Ordinal)))
            .ToLookup(call => $"{call.Type}.{call.Name}");
        Assert.NotEmpty(called);
        foreach (var calls in called)
            Assert.Contains(calls, call => Polyfill[call.Type].Contains(call.Line));
    }

    private static IEnumerable<PackageReferences> References() => new[] { Abstractions, AdoNet, TestingHost }
        .Select(OrleansPackageFactAttribute.PathOf)
        .Select(path => new PackageReferences(path));
}
