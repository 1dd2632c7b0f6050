/* The viewer's configuration for Orthanc. Two lines are Cordon's; the rest is what OHIF needs to talk to Orthanc. */
window.config = {
  extensions: ['/plugins/cordon/cordon.js'],
  modes: ['/plugins/cordon/mode.js'],
  routerBasename: null,
  showStudyList: true,
  groupEnabledModesFirst: true,
  maxNumberOfWebWorkers: 3,
  showWarningMessageForCrossOrigin: false,
  strictZSpacingForVolumeViewport: true,
  investigationalUseDialog: { option: 'never' },
  defaultDataSourceName: 'dicomweb',
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'dicomweb',
      configuration: {
        friendlyName: 'Orthanc',
        name: 'orthanc',
        qidoRoot: '/dicom-web',
        wadoRoot: '/dicom-web',
        wadoUriRoot: '/dicom-web',
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true,
        supportsWildcard: true,
        // Orthanc answers 400 or leaves attributes out unless these are as they are.
        supportsFuzzyMatching: false,
        qidoSupportsIncludeField: false,
        omitQuotationForMultipartRequest: true,
        bulkDataURI: { enabled: true, relativeResolution: 'studies' },
      },
    },
  ],
};
