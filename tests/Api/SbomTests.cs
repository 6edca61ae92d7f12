using System.Text.Json.Nodes;
using AutoDeploy.Hosting.Sbom;

namespace AutoDeploy.Api.Tests;

public class SbomTests
{
    private static readonly string Deps = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "autodeploy.deps.json"));

    [Fact]
    public void Each_package_that_is_shipped_is_in_it_with_its_hash_and_its_files()
    {
        var sbom = JsonNode.Parse(SbomWriter.Create(Deps, _ => null, new Version(10, 0, 1)))!;
        Assert.Equal(("CycloneDX", "1.6"), ((string)sbom["bomFormat"]!, (string)sbom["specVersion"]!));
        Assert.Equal("autodeploy", (string)sbom["metadata"]!["component"]!["name"]!);
        var components = sbom["components"]!.AsArray().ToDictionary(component => (string)component!["bom-ref"]!, component => component!);
        var packages = JsonNode.Parse(Deps)!["libraries"]!
            .AsObject()
            .Where(library => (string)library.Value!["type"]! == "package")
            .ToList();
        Assert.True(packages.Count > 30);
        foreach (var (library, _) in packages)
        {
            var component = components[$"pkg:nuget/{library.Replace('/', '@')}"];
            Assert.Equal((string)component["bom-ref"]!, (string)component["purl"]!);
            Assert.Matches("^[0-9a-f]{128}$", (string)component["hashes"]![0]!["content"]!);
        }

        // and no assembly is shipped that nothing in it accounts for
        var files = components
            .Values.SelectMany(component => component["properties"]?.AsArray() ?? [])
            .Select(property => Path.GetFileName((string)property!["value"]!))
            .Append("autodeploy.dll")
            .ToHashSet();
        Assert.Equal("autodeploy:file", SbomWriter.FileProperty);
        var shipped = Directory.GetFiles(Path.GetDirectoryName(ProductFolder)!, "*.dll", SearchOption.AllDirectories);
        Assert.True(shipped.Length > 30);
        Assert.All(shipped, file => Assert.Contains(Path.GetFileName(file), files));

        var dependency = sbom["dependencies"]!.AsArray().Single(d => (string)d!["ref"]! == "AutoDeploy.Registry@0.1.0")!;
        Assert.Contains(
            dependency["dependsOn"]!.AsArray(),
            on => ((string)on!).StartsWith("pkg:nuget/BouncyCastle", StringComparison.Ordinal)
        );
        Assert.All(
            sbom["dependencies"]!.AsArray().SelectMany(d => d!["dependsOn"]!.AsArray()),
            on => Assert.Contains((string)on!, components)
        );
    }

    [Fact]
    public void The_same_build_has_the_same_text() =>
        Assert.Equal(SbomWriter.Create(Deps, _ => null, new Version(10, 0, 1)), SbomWriter.Create(Deps, _ => null, new Version(10, 0, 1)));

    [Theory]
    [InlineData("<license type=\"expression\">MIT OR Apache-2.0</license>", """{"expression":"MIT OR Apache-2.0"}""")]
    [InlineData("<license type=\"file\">LICENSE.md</license>", """{"license":{"name":"LICENSE.md in the package"}}""")]
    [InlineData(
        "<licenseUrl>https://acme.test/license</licenseUrl>",
        """{"license":{"name":"As at the address","url":"https://acme.test/license"}}"""
    )]
    [InlineData("", null)]
    public void A_licence_is_what_the_package_says(string element, string? expected)
    {
        var nuspec = $"""<package xmlns="http://acme.test/nuspec.xsd"><metadata><id>A</id>{element}</metadata></package>""";
        var sbom = JsonNode.Parse(SbomWriter.Create(Deps, _ => nuspec, new Version(10, 0, 1)))!;
        foreach (var component in sbom["components"]!.AsArray().Where(component => component!["purl"] is not null))
            Assert.Equal(expected, component!["licenses"]?[0]!.ToJsonString());
    }

    [Fact]
    public async Task The_program_writes_it_to_the_output_or_a_file()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal((0, ""), (await ApiProgram.Run(["--sbom"], output, errors), errors.ToString()));
        var text = output.ToString();
        Assert.Equal("CycloneDX", (string)JsonNode.Parse(text)!["bomFormat"]!);

        var folder = Directory.CreateTempSubdirectory("autodeploy-sbom-");
        try
        {
            var file = Path.Combine(folder.FullName, "bom.json");
            Assert.Equal(0, await ApiProgram.Run(["--sbom", file], output, errors));
            Assert.Equal(text.Trim(), (await File.ReadAllTextAsync(file)).Trim());
            Assert.Equal(1, await ApiProgram.Run(["--sbom", Path.Combine(folder.FullName, "no", "bom.json")], output, errors));
            Assert.StartsWith("The list of components cannot be written: ", errors.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What is built of the product, beside what is built of its tests.</summary>
    private static string ProductFolder =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "AutoDeploy.Api", "release", "autodeploy.dll"));
}
