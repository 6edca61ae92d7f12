using System.Collections.Immutable;
using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>tags</c>.</summary>
public static class TagBinding
{
    public static readonly JsonBinder<Request> Binder = new([
        new("name", SchemaFactory.RequiredText("The word."), ReadName) { Required = true },
    ]);

    public static ImmutableArray<string> ReadAll(RequestValue value)
    {
        var names = value.ReadItems(ServiceLimits.Items).Select(item => Binder.Read(item, new Request()).Name).ToList();
        return [.. names.Distinct()];
    }

    private static void ReadName(Request request, RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("text");
        request.Name = value.ReadLine(128) is { Length: > 0 } name ? name : throw value.CreateError("is empty; expected a word");
    }

    public sealed class Request
    {
        public string Name { get; set; } = "";
    }
}
