using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>linked_to_service</c>.</summary>
public static class LinkBinding
{
    public static readonly JsonBinder<LinkRequest> Binder = new([
        new(
            "to_service",
            SchemaFactory.RequiredText("The name, uuid or resource uri of another service."),
            (d, v) => d.ToService = v.IsText ? v : throw v.CreateTypeError("the name, uuid or resource uri of a service")
        )
        {
            Required = true,
        },
        new("name", SchemaFactory.Text("What the containers call it; its own name unless given."), ReadName),
        new("from_service", SchemaFactory.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.ReadLine()),
    ]);

    public static void ReadAll(ServiceRequest draft, RequestValue value) =>
        draft.Links = [.. value.ReadItems(ServiceLimits.Items).Select(item => Binder.Read(item, new LinkRequest()))];

    private static void ReadName(LinkRequest draft, RequestValue value)
    {
        var name = value.ReadLine(255);
        draft.Name =
            name.Length == 0 || ContainerTextReader.IsDnsName(name)
                ? name
                : throw value.CreateError($"is \"{ApiException.Shorten(name)}\"; expected letters, digits, hyphens and underscores");
    }
}
