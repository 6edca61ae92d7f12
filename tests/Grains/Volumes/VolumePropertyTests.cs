using System.Collections.Immutable;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using CsCheck;

namespace AutoDeploy.Grains.Tests.Volumes;

/// <summary>Over any sequence of redeploys, rollbacks, scalings and kills, a slot finds the data that it had.</summary>
public class VolumePropertyTests
{
    private const int Versions = 5;
    private const string Bound = "/bound";

    private static readonly string[] Paths = ["/data", "/log", Bound];

    private static readonly Gen<(int Call, bool Before)?> Kills = Gen.Select(Gen.Int[1, 80], Gen.Bool, Gen.Bool)
        .Select((call, before, killed) => killed ? (call, before) : ((int, bool)?)null);

    private static readonly Gen<Act> Acts = Gen.Frequency(
        (
            4,
            Gen.Select(Gen.Int[0, Versions - 1], Gen.Int[0, 3], Gen.Int[0, 3], Kills)
                .Select((version, reuse, fails, kill) => new Act("redeploy", version, Reuse: reuse > 0, Fails: fails == 0, kill))
        ),
        (2, Gen.Select(Gen.Int[1, 3], Kills).Select((containers, kill) => new Act("scale", containers, true, false, kill))),
        (2, Kills.Select(kill => new Act("rollback", 0, true, false, kill)))
    );

    [Fact]
    public Task The_data_of_a_slot_is_there_whatever_comes() =>
        Gen.Select(Gen.Int[0, 7].Array[Versions], Gen.Bool, Acts.Array[1, 8])
            .SampleAsync(async (declared, recorded, acts) => await new Model(declared, recorded).Run(acts), iter: 500);

    private sealed record Act(string What, int Number, bool Reuse, bool Fails, (int Call, bool Before)? Kill);

    /// <summary>What has to be where, worked out apart from how it is done.</summary>
    private sealed class Model
    {
        private readonly VolumeFixture _world = new(new ContainerSettings { Bindings = [new VolumeBinding(null, Bound, true, null)] });
        private readonly Dictionary<(int Set, int Slot, string Path), string> _volumes = [];
        private readonly Dictionary<string, int> _setOf = [];
        private readonly int[] _declared;
        private int _set;
        private int _sets;

        public Model(int[] declared, bool recorded)
        {
            _declared = declared;
            for (var version = 0; version < Versions; version++)
                _world.Declare(version, [.. DeclaredBy(version)]);
            if (!recorded)
                PutFromBefore();
        }

        public async Task Run(Act[] acts)
        {
            if (_world.Service.Current is null)
                Check(await _world.Start(0), 0, fails: false);
            foreach (var act in acts)
                await Run(act);
            await _world.Terminate(volumes: true, acts[0].Kill);
            _world.RemoveCondemned();
            Assert.Empty(_world.Engine.Volumes);
            Assert.Empty(_world.Records);
            Assert.Empty(_world.Engine.Containers);
        }

        private async Task Run(Act act)
        {
            if (act.What == "scale")
            {
                Check(await _world.Scale(act.Number, act.Kill), null, fails: false);
            }
            else if (act.What == "redeploy")
            {
                var outcome = await _world.Redeploy(act.Number, act.Reuse, act.Fails, act.Kill);
                if (!act.Fails && !act.Reuse)
                    _set = ++_sets;
                Check(outcome, act.Number, act.Fails);
            }
            else if (RollbackTargets.FindPrevious(_world.Service) is { } to)
            {
                var outcome = await _world.RollBack(act.Kill);
                _set = _setOf[to.Digest!];
                Check(
                    outcome,
                    Array.FindIndex([.. Enumerable.Range(0, Versions)], version => VolumeFixture.Digest(version) == to.Digest),
                    fails: false
                );
            }
        }

        private void Check(DeploymentOutcome outcome, int? version, bool fails)
        {
            Assert.Equal(fails ? DeploymentState.Failed : DeploymentState.Success, outcome.Deployment.State);
            if (version is { } brought && !fails)
                _setOf[VolumeFixture.Digest(brought)] = _set;
            _world.RemoveCondemned();
            var service = _world.Service;
            var running = _world.Engine.Containers.Where(container => container.IsUp).ToList();
            Assert.Equal(
                Enumerable.Range(1, service.Settings.TargetContainers),
                running.Select(container => container.Labels.Slot).Order()
            );
            Assert.All(running, container => Assert.Equal(service.Current!.Digest, container.Labels.Digest));
            Assert.Equal(running.Count, _world.Engine.Containers.Count());
            foreach (var container in running)
            foreach (var mount in container.Mounts)
            {
                var place = (_set, container.Labels.Slot, mount.Path);
                if (!_volumes.TryGetValue(place, out var volume))
                {
                    Assert.DoesNotContain(mount.Source, _volumes.Values);
                    _volumes[place] = volume = mount.Source;
                }

                Assert.Equal(volume, mount.Source);
            }

            // what is needed is there, what is not is gone, and the ledger knows all that there is
            var needed = service.Previous.Append(service.Current!).Select(v => _setOf[v.Digest!]).Append(_set).ToHashSet();
            Assert.All(_volumes, volume => Assert.Equal(needed.Contains(volume.Key.Set), _world.Engine.Volumes.Contains(volume.Value)));
            Assert.Equal(_world.Records.Select(record => record.Name).Order(), _world.Engine.Volumes.Order());
        }

        /// <summary>A version that runs since before volumes were on record, with anonymous ones.</summary>
        private void PutFromBefore()
        {
            var mounts = ImmutableArray.CreateBuilder<EngineMount>();
            foreach (var path in DeclaredBy(0).Append(Bound))
            {
                _volumes[(0, 1, path)] = "anonymous" + path.Replace('/', '-');
                mounts.Add(new EngineMount(true, _volumes[(0, 1, path)], path, true));
            }

            var labels = new ContainerLabels
            {
                ServiceId = _world.Service.Uuid,
                DeploymentId = Guid.NewGuid(),
                ContainerId = Guid.NewGuid(),
                Slot = 1,
                Image = "reg.acme.com/db:1",
                Digest = VolumeFixture.Digest(0),
            };
            _world.Engine.Put(
                new EngineContainer
                {
                    Id = "old",
                    Name = "db-1",
                    Labels = labels,
                    State = EngineContainerState.Running,
                    Mounts = mounts.ToImmutable(),
                }
            );
            _world.Service = _world.Service with
            {
                Current = VolumeFixture.Version(0),
                WantsToRun = true,
                VolumesRecorded = false,
                Containers =
                [
                    new ContainerView
                    {
                        Uuid = labels.ContainerId,
                        Id = "old",
                        Name = "db-1",
                        Slot = 1,
                        Running = true,
                        Image = labels.Image,
                        Digest = labels.Digest,
                    },
                ],
            };
            _setOf[VolumeFixture.Digest(0)] = 0;
        }

        private IEnumerable<string> DeclaredBy(int version) =>
            Paths.Where((path, bit) => path != Bound && (_declared[version] & (1 << bit)) != 0);
    }
}
