using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace AutoDeploy.Polyfill.Tests.Contract;

/// <summary>What a compiled package of Orleans uses of other assemblies: witness for those that cannot be restored.</summary>
internal sealed class PackageReferences
{
    private readonly TypeNames _names = new();

    public PackageReferences(string assemblyPath)
    {
        using var file = new PEReader(File.OpenRead(assemblyPath));
        var reader = file.GetMetadataReader();
        foreach (var handle in reader.TypeReferences)
        {
            if (reader.GetTypeReference(handle).ResolutionScope is not { Kind: HandleKind.AssemblyReference } scope)
                continue;
            var assembly = reader.GetAssemblyReference((AssemblyReferenceHandle)scope);
            Types.TryAdd(_names.GetTypeFromReference(reader, handle, 0), reader.GetString(assembly.Name));
        }

        foreach (var member in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            if (member.GetKind() != MemberReferenceKind.Method)
                continue;
            var name = reader.GetString(member.Name);
            Calls.Add((OwnerOf(reader, member.Parent), name, PublicApi.CallLine(name, member.DecodeMethodSignature(_names, null))));
        }
    }

    /// <summary>The assembly of each type.</summary>
    public Dictionary<string, string> Types { get; } = [];

    public List<(string Type, string Name, string Line)> Calls { get; } = [];

    private string OwnerOf(MetadataReader reader, EntityHandle owner) => owner.Kind switch
    {
        HandleKind.TypeReference => _names.GetTypeFromReference(reader, (TypeReferenceHandle)owner, 0),
        HandleKind.TypeSpecification => _names.GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)owner, 0).Split('<')[0],
        _ => "",
    };
}
