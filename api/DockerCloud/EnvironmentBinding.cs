using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>container_envvars</c>. A value may be a secret, so that no error repeats it.</summary>
public static class EnvironmentBinding
{
    public static readonly JsonBinder<Request> Binder = new([
        new("key", SchemaFactory.RequiredText("The variable's name, not empty and without \"=\"."), ReadKey) { Required = true },
        new(
            "value",
            SchemaFactory.RequiredText("The variable's value, text of at most 131,072 characters."),
            (d, v) => d.Value = v.IsText ? v.ReadText(ServiceLimits.ValueLength) : throw v.CreateTypeError("text")
        )
        {
            Required = true,
        },
    ]);

    public static ImmutableArray<EnvironmentVariable> ReadAll(RequestValue value)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. value
                .ReadItems(ServiceLimits.Variables)
                .Select(item =>
                {
                    var request = Binder.Read(item, new Request());
                    return keys.Add(request.Key)
                        ? new EnvironmentVariable(request.Key, request.Value)
                        : throw item.CreateError($"has the key \"{ApiException.Shorten(request.Key)}\" again; expected each key once");
                }),
        ];
    }

    private static void ReadKey(Request request, RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("text");
        var key = value.ReadLine();
        if (key.Length == 0)
            throw value.CreateError("is empty; expected the variable's name");
        request.Key = key.Contains('=')
            ? throw value.CreateError($"is \"{ApiException.Shorten(key)}\"; expected a name without \"=\"")
            : key;
    }

    public sealed class Request
    {
        public string Key { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
