using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace AutoDeploy.Hosting.Sbom;

/// <summary>
/// Writes what a program is made of as CycloneDX 1.6: its packages with their hashes, files and licences, as the build has left them in the
/// program's <c>.deps.json</c>. The same build has the same text.
/// </summary>
public static class SbomWriter
{
    /// <summary>The property that names a file of a component.</summary>
    public const string FileProperty = "autodeploy:file";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the document of a program whose files are those of the process.</summary>
    /// <param name="program">The name of its assembly.</param>
    /// <param name="file">Its path; <c>-</c> for the output.</param>
    /// <param name="output">The process's output.</param>
    public static async Task Write(string program, string file, TextWriter output)
    {
        var deps = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, program + ".deps.json"));
        var text = Create(deps, ReadNuspec, Environment.Version);
        if (file == "-")
            await output.WriteLineAsync(text);
        else
            await File.WriteAllTextAsync(file, text + "\n");
    }

    /// <param name="deps">The text of a <c>.deps.json</c>.</param>
    /// <param name="nuspec">The text of a package's nuspec, by the package's path; null: it is not here, and nor is its licence.</param>
    /// <param name="runtime">The version of .NET that the program runs on.</param>
    public static string Create(string deps, Func<string, string?> nuspec, Version runtime)
    {
        using var document = JsonDocument.Parse(deps);
        var root = document.RootElement;
        var target = root.GetProperty("targets").GetProperty(root.GetProperty("runtimeTarget").GetProperty("name").GetString()!);
        var libraries = root.GetProperty("libraries").EnumerateObject().OrderBy(library => library.Name, StringComparer.Ordinal).ToList();
        var references = libraries.ToDictionary(library => library.Name, library => GetReference(library));
        // the program stands first in the file
        var main = root.GetProperty("libraries").EnumerateObject().First().Name;

        var components = new JsonArray();
        foreach (var framework in new[] { "Microsoft.NETCore.App", "Microsoft.AspNetCore.App" })
            components.Add(
                new JsonObject
                {
                    ["type"] = "framework",
                    ["bom-ref"] = $"{framework}@{runtime}",
                    ["name"] = framework,
                    ["version"] = runtime.ToString(),
                }
            );
        foreach (var library in libraries.Where(library => library.Name != main))
            components.Add(CreateComponent(library, target, references[library.Name], nuspec));

        var result = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject
                {
                    ["type"] = "application",
                    ["bom-ref"] = references[main],
                    ["name"] = NameOf(main),
                    ["version"] = VersionOf(main),
                },
            },
            ["components"] = components,
            ["dependencies"] = new JsonArray([.. libraries.Select(library => CreateDependency(library.Name, target, references))]),
        };
        result["serialNumber"] = $"urn:uuid:{CreateId(result.ToJsonString())}";
        return result.ToJsonString(Indented);
    }

    /// <summary>From the folder that packages are restored to, where there is one.</summary>
    private static string? ReadNuspec(string path)
    {
        var folder =
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var file = Path.Combine(folder, path, path[..path.IndexOf('/')] + ".nuspec");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private static JsonObject CreateComponent(JsonProperty library, JsonElement target, string reference, Func<string, string?> nuspec)
    {
        var component = new JsonObject
        {
            ["type"] = "library",
            ["bom-ref"] = reference,
            ["name"] = NameOf(library.Name),
            ["version"] = VersionOf(library.Name),
            ["scope"] = "required",
        };
        if (IsPackage(library))
        {
            component["purl"] = reference;
            if (library.Value.GetProperty("sha512").GetString() is { Length: > 0 } hash)
                component["hashes"] = new JsonArray(
                    new JsonObject
                    {
                        ["alg"] = "SHA-512",
                        ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(hash[(hash.IndexOf('-') + 1)..])),
                    }
                );
            if (
                library.Value.TryGetProperty("path", out var path)
                && nuspec(path.GetString()!) is { } xml
                && ReadLicense(xml) is { } license
            )
                component["licenses"] = new JsonArray(license);
        }

        var files = ListFiles(library.Name, target);
        if (files.Count > 0)
            component["properties"] = new JsonArray([
                .. files.Select(file => new JsonObject { ["name"] = FileProperty, ["value"] = file }),
            ]);
        return component;
    }

    private static List<string> ListFiles(string library, JsonElement target)
    {
        var files = new List<string>();
        if (target.TryGetProperty(library, out var entry))
            foreach (var kind in new[] { "runtime", "native", "resources", "runtimeTargets" })
                if (entry.TryGetProperty(kind, out var assets))
                    files.AddRange(assets.EnumerateObject().Select(asset => asset.Name));
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static JsonObject CreateDependency(string library, JsonElement target, Dictionary<string, string> references) =>
        new()
        {
            ["ref"] = references[library],
            ["dependsOn"] = new JsonArray([
                .. target.TryGetProperty(library, out var entry) && entry.TryGetProperty("dependencies", out var dependencies)
                    ? dependencies
                        .EnumerateObject()
                        .Select(dependency => references.GetValueOrDefault($"{dependency.Name}/{dependency.Value.GetString()}"))
                        .OfType<string>()
                        .Distinct()
                        .Order(StringComparer.Ordinal)
                        .Select(reference => (JsonNode)JsonValue.Create(reference))
                    : [],
            ]),
        };

    /// <summary>The licence as the package says it: an SPDX expression, a file or an address; null: it says none.</summary>
    private static JsonObject? ReadLicense(string nuspec)
    {
        using var reader = XmlReader.Create(new StringReader(nuspec), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        var metadata = XDocument.Load(reader).Root?.Elements().FirstOrDefault(element => element.Name.LocalName == "metadata");
        var license = Find("license");
        if (license is not null && license.Attribute("type")?.Value == "expression")
            return new JsonObject { ["expression"] = license.Value };
        if (license is not null)
            return new JsonObject { ["license"] = new JsonObject { ["name"] = $"{license.Value} in the package" } };
        return Find("licenseUrl") is { } url
            ? new JsonObject
            {
                ["license"] = new JsonObject { ["name"] = "As at the address", ["url"] = url.Value },
            }
            : null;

        XElement? Find(string name) => metadata?.Elements().FirstOrDefault(element => element.Name.LocalName == name);
    }

    private static string GetReference(JsonProperty library) =>
        IsPackage(library)
            ? $"pkg:nuget/{NameOf(library.Name)}@{Uri.EscapeDataString(VersionOf(library.Name))}"
            : $"{NameOf(library.Name)}@{VersionOf(library.Name)}";

    private static bool IsPackage(JsonProperty library) => library.Value.GetProperty("type").GetString() == "package";

    private static string NameOf(string library) => library[..library.IndexOf('/')];

    private static string VersionOf(string library) => library[(library.IndexOf('/') + 1)..];

    /// <summary>A UUID of version 8 (RFC 9562) that is made of the content.</summary>
    private static Guid CreateId(string content)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(content))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
