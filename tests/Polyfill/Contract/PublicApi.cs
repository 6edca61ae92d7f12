using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace AutoDeploy.Polyfill.Tests.Contract;

/// <summary>
/// The types of an assembly that others can use, and their members, each as a line of text.
/// Only the metadata is read, so no dependency is needed.
/// </summary>
internal sealed class PublicApi
{
    private readonly MetadataReader _reader;
    private readonly TypeNames _names = new();

    private PublicApi(MetadataReader reader) => _reader = reader;

    /// <summary>By the type's full name: lines about the type itself and a line for each of its members.</summary>
    public static Dictionary<string, HashSet<string>> Of(string assemblyPath)
    {
        using var file = new PEReader(File.OpenRead(assemblyPath));
        var api = new PublicApi(file.GetMetadataReader());
        return api._reader.TypeDefinitions
            .Select(api._reader.GetTypeDefinition)
            .Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public)
            .ToDictionary(api.NameOf, api.LinesOf);
    }

    /// <summary>A method as compiled callers name it.</summary>
    public static string CallLine(string name, MethodSignature<string> method) =>
        $"call: {name} {method.GenericParameterCount} ({string.Join(", ", method.ParameterTypes)}) {method.ReturnType}";

    private string NameOf(TypeDefinition type) => $"{_reader.GetString(type.Namespace)}.{_reader.GetString(type.Name)}";

    private HashSet<string> LinesOf(TypeDefinition type)
    {
        var lines = new HashSet<string> { $"type: {KindOf(type)}{GenericsOf(type.GetGenericParameters())}", $"usage: {UsageOf(type)}" };
        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition).Where(method => IsSeen(method.Attributes)))
        {
            lines.Add($"method: {LineOf(method)}");
            lines.Add(CallLine(_reader.GetString(method.Name), method.DecodeSignature(_names, null)));
        }

        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            // A field's and a method's attributes have the access in the same bits.
            if (IsSeen((MethodAttributes)field.Attributes))
            {
                var name = $"{field.DecodeSignature(_names, null)} {_reader.GetString(field.Name)}";
                lines.Add($"field: {name} {ConstantOf(field.GetDefaultValue())}");
            }
        }

        foreach (var property in type.GetProperties().Select(_reader.GetPropertyDefinition))
        {
            if (HasAttribute(property.GetCustomAttributes(), "RequiredMemberAttribute"))
                lines.Add($"required: {_reader.GetString(property.Name)}");
        }

        return lines;
    }

    // Without the interfaces: the real types have some that only the real runtime asks for.
    private string KindOf(TypeDefinition type)
    {
        var baseType = type.BaseType.IsNil ? "" : BaseName(type.BaseType);
        return type.Attributes.HasFlag(TypeAttributes.Interface) ? "interface"
            : baseType == "System.Enum" ? "enum"
            : baseType == "System.ValueType" ? "struct"
            : type.Attributes.HasFlag(TypeAttributes.Abstract) && type.Attributes.HasFlag(TypeAttributes.Sealed) ? "static class"
            : type.Attributes.HasFlag(TypeAttributes.Abstract) ? $"abstract class: {baseType}"
            : type.Attributes.HasFlag(TypeAttributes.Sealed) ? $"sealed class: {baseType}"
            : $"class: {baseType}";
    }

    private string BaseName(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => _names.GetTypeFromReference(_reader, (TypeReferenceHandle)handle, 0),
        HandleKind.TypeDefinition => _names.GetTypeFromDefinition(_reader, (TypeDefinitionHandle)handle, 0),
        _ => _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names, null),
    };

    private string LineOf(MethodDefinition method)
    {
        const MethodAttributes Kept =
            MethodAttributes.Static | MethodAttributes.Virtual | MethodAttributes.Abstract | MethodAttributes.Final;
        var signature = method.DecodeSignature(_names, null);
        var parameters = method.GetParameters().Select(_reader.GetParameter).ToDictionary(parameter => parameter.SequenceNumber);
        var list = signature.ParameterTypes.Select((type, index) => $"{type} {LineOf(parameters[index + 1])}");
        var owner = _reader.GetTypeDefinition(method.GetDeclaringType());
        // Whether an interface's method has a body makes no difference to its callers.
        var kind = owner.Attributes.HasFlag(TypeAttributes.Interface) ? MethodAttributes.Abstract : method.Attributes & Kept;
        var access = IsProtected(method.Attributes) ? "protected" : "public";
        var extension = HasAttribute(method.GetCustomAttributes(), "ExtensionAttribute") ? "extension " : "";
        var name = $"{_reader.GetString(method.Name)}{GenericsOf(method.GetGenericParameters())}";
        return $"{access} {kind} {extension}{signature.ReturnType} {name}({string.Join(", ", list)})";
    }

    private string LineOf(Parameter parameter)
    {
        const ParameterAttributes Kept = ParameterAttributes.In | ParameterAttributes.Out | ParameterAttributes.Optional;
        return $"{_reader.GetString(parameter.Name)} {parameter.Attributes & Kept} {ConstantOf(parameter.GetDefaultValue())}";
    }

    private string GenericsOf(GenericParameterHandleCollection parameters) => parameters.Count == 0
        ? ""
        : $"<{string.Join(", ", parameters.Select(_reader.GetGenericParameter).Select(LineOf))}>";

    private string LineOf(GenericParameter parameter)
    {
        var constraints = parameter.GetConstraints().Select(constraint => BaseName(_reader.GetGenericParameterConstraint(constraint).Type));
        return $"{parameter.Attributes} {string.Join("&", constraints.Order(StringComparer.Ordinal))}";
    }

    private string UsageOf(TypeDefinition type)
    {
        var usage = type.GetCustomAttributes().Where(handle => IsAttribute(handle, "AttributeUsageAttribute")).ToList();
        return usage.Count == 0 ? "" : Convert.ToHexString(_reader.GetBlobBytes(_reader.GetCustomAttribute(usage[0]).Value));
    }

    private string ConstantOf(ConstantHandle handle)
    {
        if (handle.IsNil)
            return "";
        var constant = _reader.GetConstant(handle);
        return $"= {constant.TypeCode} {Convert.ToHexString(_reader.GetBlobBytes(constant.Value))}";
    }

    private bool HasAttribute(CustomAttributeHandleCollection attributes, string name) =>
        attributes.Any(handle => IsAttribute(handle, name));

    private bool IsAttribute(CustomAttributeHandle handle, string name)
    {
        var constructor = _reader.GetCustomAttribute(handle).Constructor;
        return constructor.Kind == HandleKind.MemberReference
            && _reader.GetMemberReference((MemberReferenceHandle)constructor).Parent is { Kind: HandleKind.TypeReference } parent
            && _reader.GetString(_reader.GetTypeReference((TypeReferenceHandle)parent).Name) == name;
    }

    private static bool IsSeen(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public || IsProtected(attributes);

    private static bool IsProtected(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Family or MethodAttributes.FamORAssem;
}
