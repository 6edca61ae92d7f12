using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>linked_to_service</c>.</summary>
public static class LinkMembers
{
    public static readonly MemberTable<LinkDraft> Table = new(
    [
        new("to_service", Schemas.RequiredText("The name, uuid or resource uri of another service."), (d, v) =>
            d.ToService = v.IsText ? v : throw v.NotA("the name, uuid or resource uri of a service")) { Required = true },
        new("name", Schemas.Text("What the containers call it; its own name unless given."), ReadName),
        new("from_service", Schemas.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.Line()),
    ]);

    public static void ReadAll(ServiceDraft draft, Value value) =>
        draft.Links = [.. value.Items(Most.Items).Select(item => Table.Read(item, new LinkDraft()))];

    private static void ReadName(LinkDraft draft, Value value)
    {
        var name = value.Line(255);
        draft.Name = name.Length == 0 || ContainerTexts.IsDnsName(name)
            ? name
            : throw value.Wrong($"is \"{HttpFailure.Shorten(name)}\"; expected letters, digits, hyphens and underscores");
    }
}
