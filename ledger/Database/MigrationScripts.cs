using System.Reflection;

namespace AutoDeploy.Ledger.Database;

/// <summary>The embedded files <c>Migrations/KIND/NNN.sql</c>.</summary>
internal static class MigrationScripts
{
    /// <returns>In their order; so many as have been run are the schema's version.</returns>
    public static IReadOnlyList<string> Load(string kind)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(kind + ".", StringComparison.Ordinal));
        return
        [
            .. names
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return reader.ReadToEnd();
                }),
        ];
    }
}
