using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>bindings</c>.</summary>
public static class VolumeBindingBinding
{
    public static readonly JsonBinder<VolumeBindingRequest> Binder = new([
        new(
            "host_path",
            SchemaFactory.Text("An absolute path on the host; null: a volume."),
            (d, v) => d.HostPath = v.IsNull || v.ReadLine(4096).Length == 0 ? null : ContainerTextReader.AbsolutePath(v)
        ),
        new(
            "container_path",
            SchemaFactory.Text("An absolute path in the container; left out only with volumes_from."),
            (d, v) => d.ContainerPath = v.IsNull || v.ReadLine(4096).Length == 0 ? "" : ContainerTextReader.AbsolutePath(v)
        ),
        new("rewritable", SchemaFactory.Flag("False: read-only.", otherwise: true), (d, v) => d.Rewritable = v.IsNull || v.ReadFlag()),
        new(
            "volume",
            SchemaFactory.Text(
                "The name, uuid or resource uri of a volume of a terminated service: it becomes this service's. Null: each "
                    + "container has one of its own, kept over redeploys."
            ),
            (d, v) => d.Volume = v.IsNull || v.ReadLine().Length == 0 ? null : v
        ),
        new(
            "volumes_from",
            SchemaFactory.Text("The name, uuid or resource uri of a service all of whose volumes are mounted."),
            (d, v) => d.VolumesFrom = v.IsNull || v.ReadLine().Length == 0 ? null : v
        ),
    ]);

    public static void ReadAll(ServiceRequest draft, RequestValue value)
    {
        var bindings = new List<VolumeBindingRequest>();
        foreach (var item in value.ReadItems(ServiceLimits.Items))
        {
            var binding = Binder.Read(item, new VolumeBindingRequest());
            if (binding.VolumesFrom is not null)
            {
                if (binding.HostPath is not null || binding.ContainerPath.Length > 0)
                    throw item.CreateError("has volumes_from and a path; expected one or the other");
                if (binding.Volume is not null)
                    throw item.CreateError("has volumes_from and volume; expected one or the other");
            }
            else if (binding is { Volume: not null, HostPath: not null })
            {
                throw item.CreateError("has volume and host_path; expected one or the other");
            }
            else if (binding.ContainerPath.Length == 0)
            {
                throw item.CreateError("lacks container_path; expected an absolute path in the container, or volumes_from");
            }
            else if (binding.ContainerPath == "/")
            {
                throw item.CreateError("has the container_path \"/\"; expected a path below it");
            }
            else if (bindings.Any(b => b.ContainerPath == binding.ContainerPath))
            {
                throw item.CreateError(
                    $"has the container_path \"{ApiException.Shorten(binding.ContainerPath)}\" again; expected each once"
                );
            }

            bindings.Add(binding);
        }

        draft.Bindings = bindings;
    }
}
