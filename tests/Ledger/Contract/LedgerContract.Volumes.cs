using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Volumes;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Volumes_of_a_service_are_on_record_each_name_and_place_once()
    {
        var serviceId = Guid.NewGuid();
        var (one, two) = (Volume(serviceId), Volume(serviceId) with { Slot = 2 });
        await Ledger.AddVolumes([one, two, Volume(Guid.NewGuid())], Never);
        await Ledger.AddVolumes([one with { Uuid = Guid.NewGuid(), Path = "/other" }, Volume(serviceId)], Never);
        Assert.Equal([one, two], await Ledger.ListVolumesOfService(serviceId, Never));
        Assert.Equal(one, await Ledger.FindVolume(one.Uuid, Never));
        Assert.Equal(one, await Ledger.FindVolume(one.Engine, one.Name, Never));
        Assert.Null(await Ledger.FindVolume("other", one.Name, Never));

        // elsewhere the name is another volume's; where its path is not known the place is not, either
        var others = new[]
        {
            Volume(serviceId) with
            {
                Engine = "other",
                Name = one.Name,
                Generation = 1,
            },
            Volume(serviceId) with
            {
                Path = "",
            },
            Volume(serviceId) with
            {
                Path = "",
            },
        };
        await Ledger.AddVolumes(others, Never);
        Assert.Equal([one, two, .. others], await Ledger.ListVolumesOfService(serviceId, Never));
    }

    [Fact]
    public async Task A_condemned_volume_is_nobodys_and_its_place_is_free_until_it_is_forgotten()
    {
        var serviceId = Guid.NewGuid();
        var (old, young) = (Volume(serviceId), Volume(serviceId));
        await Ledger.AddVolumes([old], Never);
        await Ledger.MarkForRemoval([old.Uuid], Never);
        await Ledger.AddVolumes([young], Never);
        Assert.Equal([young], await Ledger.ListVolumesOfService(serviceId, Never));
        Assert.True((await Ledger.FindVolume(old.Uuid, Never))!.IsBeingRemoved);
        Assert.False(await Ledger.AttachVolume(old.Uuid, Guid.NewGuid(), "new", "/x", Never));
        Assert.Equal(
            [old.Uuid],
            (await Ledger.MarkDueForRemoval(Noon, Noon.AddDays(7), 1000, Never)).Where(v => v.ServiceId == serviceId).Select(v => v.Uuid)
        );
        await Ledger.RemoveVolumeRecord(old.Uuid, Never);
        Assert.Null(await Ledger.FindVolume(old.Uuid, Never));
    }

    [Fact]
    public async Task Volumes_are_listed_by_what_they_are_the_newest_first()
    {
        var serviceId = Guid.NewGuid();
        var (old, young) = (Volume(serviceId), Volume(serviceId) with { Slot = 2, Created = Noon.AddHours(1) });
        await Ledger.AddVolumes([old, young], Never);
        var filter = new VolumeFilter { ServiceId = serviceId, Organization = old.Organization };
        var page = await Ledger.ListVolumes(filter, 1, 0, Never);
        Assert.Equal(2, page.Total);
        Assert.Equal([young], page.Items);
        Assert.Equal([old], (await Ledger.ListVolumes(filter, 10, 1, Never)).Items);
        Assert.Equal([old], (await Ledger.ListVolumes(new VolumeFilter { Name = old.Name, Engine = old.Engine }, 10, 0, Never)).Items);
        Assert.Equal([young], (await Ledger.ListVolumes(new VolumeFilter { Uuid = young.Uuid }, 10, 0, Never)).Items);
        Assert.Empty((await Ledger.ListVolumes(filter with { Organization = "other" }, 10, 0, Never)).Items);
    }

    [Fact]
    public async Task A_volume_of_a_service_that_is_there_is_had_by_no_other_and_never_condemned()
    {
        var (owner, other) = (Service(), Service());
        await Ledger.AddService(owner, Never);
        await Ledger.AddService(other, Never);
        var volume = Volume(owner.Uuid);
        await Ledger.AddVolumes([volume], Never);
        Assert.False(await Ledger.AttachVolume(volume.Uuid, other.Uuid, other.Name, "/x", Never));
        Assert.True(await Ledger.AttachVolume(volume.Uuid, owner.Uuid, owner.Name, "/x", Never));
        Assert.Equal(volume, await Ledger.FindVolume(volume.Uuid, Never)); // its own stays in its slot

        // a termination that has begun, and may yet fail
        await Ledger.ReleaseVolumes(owner.Uuid, Noon, Noon.AddDays(7), Never);
        Assert.DoesNotContain(await Ledger.MarkDueForRemoval(Noon.AddDays(8), Noon.AddDays(15), 1000, Never), v => v.Uuid == volume.Uuid);
        Assert.False(await Ledger.AttachVolume(volume.Uuid, other.Uuid, other.Name, "/x", Never));
        await Ledger.KeepVolumes(owner.Uuid, Never);
        Assert.Equal(volume, await Ledger.FindVolume(volume.Uuid, Never));
    }

    [Fact]
    public async Task A_volume_of_a_terminated_service_is_kept_for_its_time_unless_another_service_takes_it()
    {
        var (owner, other) = (Service(), Service());
        await Ledger.AddService(owner, Never);
        await Ledger.AddService(other, Never);
        var (left, taken) = (Volume(owner.Uuid), Volume(owner.Uuid) with { Slot = 2 });
        await Ledger.AddVolumes([left, taken], Never);
        await Ledger.ReleaseVolumes(owner.Uuid, Noon, Noon.AddDays(7), Never);
        await Ledger.ReleaseVolumes(owner.Uuid, Noon.AddDays(1), Noon.AddDays(8), Never);
        Assert.Equal(
            (Noon, Noon.AddDays(7)),
            await Ledger.FindVolume(left.Uuid, Never) is { Released: { } released, RemoveAt: { } at } ? (released, at) : default
        );
        await Ledger.SetServiceState(owner.Uuid, ServiceStatus.Terminated, Never);

        Assert.True(await Ledger.AttachVolume(taken.Uuid, other.Uuid, other.Name, "/x", Never));
        Assert.Equal(
            taken with
            {
                ServiceId = other.Uuid,
                ServiceName = other.Name,
                Slot = 0,
                Path = "/x",
            },
            await Ledger.FindVolume(taken.Uuid, Never)
        );
        Assert.DoesNotContain(
            await Ledger.MarkDueForRemoval(Noon.AddDays(7).AddTicks(-1), Noon.AddDays(14), 1000, Never),
            v => v.ServiceId == owner.Uuid
        );
        var due = (await Ledger.MarkDueForRemoval(Noon.AddDays(7), Noon.AddDays(14), 1000, Never)).Where(v =>
            v.ServiceId == owner.Uuid || v.ServiceId == other.Uuid
        );
        Assert.Equal((left.Uuid, true), Assert.Single(due) is var one ? (one.Uuid, one.IsBeingRemoved) : default);
        Assert.False(await Ledger.AttachVolume(left.Uuid, other.Uuid, other.Name, "/y", Never));
    }

    [Fact]
    public async Task A_volume_whose_service_is_gone_without_a_word_is_kept_for_its_time_too()
    {
        var volume = Volume(Guid.NewGuid());
        await Ledger.AddVolumes([volume], Never);
        Assert.DoesNotContain(await Ledger.MarkDueForRemoval(Noon, Noon.AddDays(7), 1000, Never), v => v.Uuid == volume.Uuid);
        Assert.Equal(volume with { Released = Noon, RemoveAt = Noon.AddDays(7) }, await Ledger.FindVolume(volume.Uuid, Never));
        Assert.Contains(await Ledger.MarkDueForRemoval(Noon.AddDays(7), Noon.AddDays(14), 1000, Never), v => v.Uuid == volume.Uuid);
    }

    [Fact]
    public async Task The_volumes_outlive_what_is_known_of_their_service()
    {
        var owner = Service();
        await Ledger.AddService(owner, Never);
        var volume = Volume(owner.Uuid);
        await Ledger.AddVolumes([volume], Never);
        await Ledger.RemoveService(owner.Uuid, Never);
        Assert.Equal([volume], await Ledger.ListVolumesOfService(owner.Uuid, Never));
    }

    private static VolumeRecord Volume(Guid serviceId) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Engine = "local",
            Name = Guid.NewGuid().ToString(),
            Organization = "default",
            ServiceId = serviceId,
            ServiceName = "db",
            Slot = 1,
            Generation = 0,
            Path = "/data",
            Created = Noon,
        };
}
