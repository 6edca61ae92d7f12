using AutoDeploy.Silo.Cluster;

return await SiloStartup.Run(args, Console.Out, Console.Error);
