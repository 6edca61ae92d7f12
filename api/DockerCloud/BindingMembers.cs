using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>bindings</c>.</summary>
public static class BindingMembers
{
    public static readonly MemberTable<BindingDraft> Table = new(
    [
        new("host_path", Schemas.Text("An absolute path on the host; null: a volume."), (d, v) =>
            d.HostPath = v.IsNull || v.Line(4096).Length == 0 ? null : ContainerTexts.AbsolutePath(v)),
        new("container_path", Schemas.Text("An absolute path in the container; left out only with volumes_from."), (d, v) =>
            d.ContainerPath = v.IsNull || v.Line(4096).Length == 0 ? "" : ContainerTexts.AbsolutePath(v)),
        new("rewritable", Schemas.Flag("False: read-only.", otherwise: true), (d, v) => d.Rewritable = v.IsNull || v.Flag()),
        new("volume", Schemas.Text(
                "The name, uuid or resource uri of a volume of a terminated service: it becomes this service's. Null: each container has one of its own, kept over redeploys."),
            (d, v) => d.Volume = v.IsNull || v.Line().Length == 0 ? null : v),
        new("volumes_from", Schemas.Text("The name, uuid or resource uri of a service all of whose volumes are mounted."), (d, v) =>
            d.VolumesFrom = v.IsNull || v.Line().Length == 0 ? null : v),
    ]);

    public static void ReadAll(ServiceDraft draft, Value value)
    {
        var bindings = new List<BindingDraft>();
        foreach (var item in value.Items(Most.Items))
        {
            var binding = Table.Read(item, new BindingDraft());
            if (binding.VolumesFrom is not null)
            {
                if (binding.HostPath is not null || binding.ContainerPath.Length > 0)
                    throw item.Wrong("has volumes_from and a path; expected one or the other");
                if (binding.Volume is not null)
                    throw item.Wrong("has volumes_from and volume; expected one or the other");
            }
            else if (binding is { Volume: not null, HostPath: not null })
            {
                throw item.Wrong("has volume and host_path; expected one or the other");
            }
            else if (binding.ContainerPath.Length == 0)
            {
                throw item.Wrong("lacks container_path; expected an absolute path in the container, or volumes_from");
            }
            else if (binding.ContainerPath == "/")
            {
                throw item.Wrong("has the container_path \"/\"; expected a path below it");
            }
            else if (bindings.Any(b => b.ContainerPath == binding.ContainerPath))
            {
                throw item.Wrong($"has the container_path \"{HttpFailure.Shorten(binding.ContainerPath)}\" again; expected each once");
            }

            bindings.Add(binding);
        }

        draft.Bindings = bindings;
    }
}
