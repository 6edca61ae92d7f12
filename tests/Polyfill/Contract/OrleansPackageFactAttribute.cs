using System.Reflection;

namespace AutoDeploy.Polyfill.Tests.Contract;

/// <summary>A test that reads a package of Orleans, and is skipped where that package could not be restored.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OrleansPackageFactAttribute : FactAttribute
{
    public OrleansPackageFactAttribute(params string[] packages)
    {
        if (packages.FirstOrDefault(package => !File.Exists(PathOf(package))) is { } missing)
            Skip = $"The package {missing} is not restored here.";
    }

    public static string PathOf(string package) =>
        Path.Combine(
            Metadata("NuGetPackageRoot"),
            package.ToLowerInvariant(),
            Metadata("OrleansVersion"),
            "lib",
            "net10.0",
            $"{package["Microsoft.".Length..]}.dll");

    private static string Metadata(string key) =>
        typeof(OrleansPackageFactAttribute).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(data => data.Key == key)?.Value ?? "";
}
